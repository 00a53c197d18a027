// Nothing to call: the library is preloaded (LD_PRELOAD) into programs under test.
#pragma once
