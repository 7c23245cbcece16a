# sh test.sh PROGRAM: two runs of numbers, in turn.
expected='a 6
b 5
a 3
b 16
a 10
b 8
a 5
b 4
a 16
b 2
a 8
b is over after 5 steps
a 4
a 2
a is over after 8 steps'

said=$(timeout 10 "$1" | head -c 4000)
if [ "$said" = "$expected" ]; then
    exit 0
fi
case $said in
"a is over after 0 steps"*)
    echo "Neither run yields anything: write the loop in run()." ;;
"a 6
b 5
a 6"*)
    echo "Each run yields the same number again: where is it kept and changed?" ;;
*"is over after"*)
    echo "The numbers or the steps are wrong; this came:" $said ;;
*)
    echo "The program did not get to its end; it said:" $(echo "$said" | head -5) ;;
esac
exit 1
