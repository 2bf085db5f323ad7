#ifndef LEEWAY_POSIX_CLOCK_H
#define LEEWAY_POSIX_CLOCK_H

/// Seconds of a clock that only goes forward.
double leeway_monotonic_seconds(void);

/// Processor seconds that all threads of the process have taken.
double leeway_processor_seconds(void);

#endif
