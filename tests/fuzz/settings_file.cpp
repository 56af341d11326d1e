#include "server/settings_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "tests/fuzz/fuzzed.h"

// A file that is wrong is told with its place.
void fuzz::one_input(std::string_view bytes) {
  const int file = memfd_create("settings", 0);
  PROMISE(file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  const auto path = "/proc/self/fd/" + std::to_string(file);
  const auto values = server::read_config_file(path);
  close(file);
  if (!values) {
    PROMISE(values.error().code == "configuration");
    PROMISE(values.error().message.find(path) != std::string::npos);
    return;
  }
  for (const auto& value : *values) PROMISE(value.place.find(path) == 0);
}
