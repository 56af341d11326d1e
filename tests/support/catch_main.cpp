// main() for Catch2 2, which is a header only.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
