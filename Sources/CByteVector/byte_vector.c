#include "leeway_byte_vector.h"
