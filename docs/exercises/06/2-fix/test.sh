# sh test.sh PROGRAM: a line's length, whatever its pieces.
says() { # EXPECTED PIECE...
    expected=$1
    shift
    said=$(timeout 10 "$program" "$@" 2>&1)
    if [ "$said" != "$expected" ]; then
        echo "'$*' in $# pieces: expected '$expected', got '$said'." \
            "What does measure() still know after a wait?"
        exit 1
    fi
}

program=$1
says "12 bytes in 1 pieces" "hello, world"
says "12 bytes in 2 pieces" "hello, " "world"
says "12 bytes in 3 pieces" "h" "ello, worl" "d"
says "10 bytes in 10 pieces" 1 2 3 4 5 6 7 8 9 0
