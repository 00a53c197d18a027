#pragma once
// Character set conversion of the C library, which the Glibc module does not carry.
#include <iconv.h>
