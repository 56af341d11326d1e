// Compressing what we send. The one place of server/ that sees zlib; unpacking what strangers send is ingest/archive.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/api/exchange.h"

namespace server {

std::string gzip(std::string_view bytes);

// For our own assets only: knows no limits.
std::string gunzip(std::string_view bytes);

// `write` for a stream: what goes in comes out compressed at `sink`. finish() after the last byte.
class GzipSink {
 public:
  explicit GzipSink(BodySink sink);
  ~GzipSink();
  GzipSink(const GzipSink&) = delete;
  GzipSink& operator=(const GzipSink&) = delete;

  bool write(std::string_view bytes);
  bool finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether an Accept-Encoding allows gzip (RFC 9110 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace server
