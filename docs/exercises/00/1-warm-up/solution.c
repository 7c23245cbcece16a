/*
 * 1-warm-up - reads what some runs took, as numbers on stdin, and prints what
 * is typical for them, and how far they are spread.
 */
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 1000 };

/*
 * The value that is this part of the way along the sorted values: 0 is the
 * first, 0.5 the median, 1 the last. Between two values it is in proportion.
 */
static double quantile(const double *sorted, int count, double part)
{
    double steps = part * (count - 1);
    int below = (int)steps;

    if (below + 1 == count)
        return sorted[below];
    return sorted[below] +
           (steps - below) * (sorted[below + 1] - sorted[below]);
}

/* For qsort(). */
static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(void)
{
    static double values[MOST];
    int count = 0;

    while (count < MOST && scanf("%lf", &values[count]) == 1)
        count++;
    if (count == 0) {
        fputs("no numbers on stdin\n", stderr);
        return 1;
    }
    qsort(values, (size_t)count, sizeof values[0], compare);
    printf("%d runs, %g to %g, median %g\n", count,
           quantile(values, count, 0.25), quantile(values, count, 0.75),
           quantile(values, count, 0.5));
}
