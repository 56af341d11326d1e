// The program: hands over to the commands.
#include <cstdio>
#include <exception>

#include "server/commands/program.h"
#include "server/commands/reading.h"

int main(int count, char** arguments) {
  try {
    server::begin_readers();
    return server::run_program({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    // Memory, most likely: everything that inputs can cause was dealt with before.
    std::fprintf(stderr, "ruadar: %s\n", error.what());
    return 1;
  }
}
