// A report on its way from the thread that reads to the one that writes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace yardstick {

using Text = std::string_view;

[[noreturn]] inline void fail(const std::string& why) {
  std::fprintf(stderr, "floor: %s\n", why.c_str());
  std::exit(1);
}

struct Record {
  Text address, disposition, dkim, spf, header_from, envelope_from, envelope_to;
  std::int64_t count = 0;
  std::string auth, reasons;
};

// Bytes that are written before they are read: a string would fill them with zeros first.
struct Buffer {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0, room = 0;
  void grow(std::size_t to) {
    auto larger = std::make_unique_for_overwrite<char[]>(to);
    if (size > 0) std::memcpy(larger.get(), bytes.get(), size);
    bytes = std::move(larger);
    room = to;
  }
  Text text() const { return {bytes.get(), size}; }
};

struct Report {
  Buffer xml;        // what the views point into,
  std::string head;  // and this
  Text org_name, report_id, domain, policy;
  std::int64_t begin = 0, end = 0;
  std::vector<Record> records;
};

}  // namespace yardstick
