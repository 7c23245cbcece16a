# sh test.sh PROGRAM: no wake-up runs inside another.
for count in 1 3 1000 100000; do
    said=$( (ulimit -s 1024; timeout 10 "$1" $count) 2>/dev/null)
    case $said in
    "$count tasks, 1 inside each other, number $count was the last")
        continue ;;
    "$count tasks, 1 inside each other,"*)
        echo "$count tasks: none is nested, but they do not run first come," \
            "first served: '$said'." ;;
    "$count tasks, 0 inside"*)
        echo "$count tasks: nobody was stepped after the wake-up." \
            "What does run_ready() do?" ;;
    "$count tasks,"*)
        echo "$count tasks: they still run inside each other: '$said'." \
            "runner_wake() must only remember." ;;
    *)
        echo "$count tasks: the program died or did not end, with 1 MiB of" \
            "stack and 10 s of time." ;;
    esac
    exit 1
done
