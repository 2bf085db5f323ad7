#ifndef LEEWAY_FUZZER_H
#define LEEWAY_FUZZER_H

#include <stddef.h>
#include <stdint.h>

/// libFuzzer's entry (compiler-rt, FuzzerInterface.h): calls the function with inputs until told to stop.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *bytes, size_t length));

#endif
