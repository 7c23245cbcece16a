# place.awk - after each path on stdin, and a tab, where it is in the book.

BEGIN { read_pages() }

{ print $0 "\t" in_book($0) }
