// gzip and zlib streams inflated, and gzip written. The one place that sees zlib.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "schema/result.h"

namespace ingest {

// One stream, fed piece by piece. Reaches only inflateInit2, inflate and inflateReset of zlib.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  enum class State {
    more,          // wants more input or more room
    end,           // the stream is complete and its checksum right; what follows it was not consumed
    corrupt,       // no stream, or a broken one
    bad_checksum,  // complete, but not what was packed
  };
  struct Step {
    State state = State::more;
    std::size_t consumed = 0;  // bytes of the input
    std::size_t produced = 0;  // bytes of the output
  };
  Step step(std::string_view input, char* output, std::size_t output_size);
  // Begins the next stream.
  void reset();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// Gets each block of output and how many bytes of the input it took so far; an error ends the work.
using InflateSink = std::function<schema::Status(std::string_view block, std::size_t consumed)>;

// Inflates all members of `bytes` one after the other. The result says whether something other than blanks and NULs
// follows the last (Mimecast ends its gzip with CR LF). Errors: archive_truncated, archive_corrupt, crc, and whatever
// the sink says. ISIZE is not looked at: it proves nothing that the CRC does not, and some writers get it wrong.
schema::Result<bool> inflate_all(std::string_view bytes, const InflateSink& sink);

// One gzip member without a name.
std::string gzip_compressed(std::string_view bytes);

}  // namespace ingest
