#include "ingest/transfer_decoding.h"

#include "tests/fuzz/fuzzed.h"

void fuzz::one_input(std::string_view bytes) {
  PROMISE(ingest::decode_base64(bytes).size() <= bytes.size() / 4 * 3 + 3);
  PROMISE(ingest::decode_quoted_printable(bytes).size() <= bytes.size());
  PROMISE(ingest::decode_uuencode(bytes).size() <= bytes.size());
  for (const auto* encoding : {"base64", "Quoted-Printable", "x-uuencode", "8bit", ""})
    PROMISE(ingest::decode_transfer(bytes, encoding).size() <= bytes.size() + 3);
  ingest::looks_like_base64(bytes);
}
