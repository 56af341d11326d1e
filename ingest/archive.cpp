#include "ingest/archive.h"

#include <fmt/format.h>

#include <algorithm>

#include "ingest/content_kind.h"
#include "ingest/gzip.h"
#include "ingest/mail_text.h"
#include "ingest/mime_fields.h"
#include "ingest/zip_archive.h"

namespace ingest {
namespace {

using schema::Error;
using schema::malformed;
using schema::Status;
using schema::too_large;

// Directories, and what people's file managers leave behind.
bool is_clutter(const ZipEntry& entry) {
  std::string_view name = entry.name;
  if (name.empty() || name.back() == '/' || name.substr(0, 9) == "__MACOSX/") return true;
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  return name.substr(0, 1) == "." || name == "Thumbs.db" || entry.declared_bytes == 0;
}

bool is_named_xml(std::string_view name) {
  return name.size() > 4 && equal_ignoring_case(name.substr(name.size() - 4), ".xml");
}

class Unpacking {
 public:
  Unpacking(const Limits& limits, Budget& budget) : limits_(limits), budget_(budget) {}

  std::vector<Document> run(std::string_view bytes) {
    if (bytes.size() > limits_.attachment_bytes) {
      refuse("", too_large("attachment_too_large", fmt::format("an attachment of {} bytes, {} are allowed",
                                                               bytes.size(), limits_.attachment_bytes)));
    } else {
      open({bytes});
    }
    if (documents_.empty()) refuse("", malformed("empty_attachment", "an archive without any file"));
    return std::move(documents_);
  }

 private:
  enum class Next { go_on, stop };  // stop: the archive that holds this is not read further

  // Something found: the attachment itself or what came out of a layer of it.
  struct Find {
    std::string_view bytes;
    std::string name = {};
    std::size_t layers = 0;        // archives around it
    std::string* owner = nullptr;  // of `bytes`, where they may be taken from
    bool trailing = false;         // something followed the gzip stream it came from
  };

  Next open(const Find& find) {
    const auto& [bytes, name, layers, owner, trailing] = find;
    const Content found = content(bytes);
    switch (found.kind) {
      case ContentKind::gzip:
      case ContentKind::zlib:
      case ContentKind::zip:
        if (layers >= limits_.archive_nesting) {
          refuse(name,
                 too_large("nested_archive", fmt::format("archives nested deeper than {}", limits_.archive_nesting)));
          return Next::stop;
        }
        return found.kind == ContentKind::zip ? open_zip(find) : open_gzip(find);
      case ContentKind::unsupported:
        return refuse(name, malformed("unsupported_compression", fmt::format("{} is not supported", found.name)));
      case ContentKind::empty:
        return refuse(name, malformed("empty_attachment", "0 bytes"));
      case ContentKind::xml:
      case ContentKind::json:
      case ContentKind::mail:
        return keep(find);
      case ContentKind::text:
      case ContentKind::binary:
        break;
    }
    if (mentions_feedback(bytes)) return keep(find);
    const std::string what =
        fmt::format("no XML: {} bytes{}", bytes.size(), found.kind == ContentKind::text ? " of text" : "");
    // A file that calls itself XML and is none is a broken report rather than no report.
    return refuse(name, malformed(is_named_xml(name) ? "xml_malformed" : "not_a_report", what));
  }

  Next open_gzip(const Find& gzip) {
    std::string inflated;
    inflated.reserve(likely_bytes(gzip.bytes.size(), limits_.document_bytes));
    const auto take = [&](std::string_view block, std::size_t consumed) -> Status {
      inflated += block;
      return charge(block.size(), inflated.size(), consumed);
    };
    const schema::Result<bool> trailing = inflate_all(gzip.bytes, take);
    if (!trailing) return refuse(gzip.name, tl::unexpected(trailing.error()));
    open({inflated, gzip.name, gzip.layers + 1, &inflated, *trailing});
    return exhausted_ ? Next::stop : Next::go_on;
  }

  Next open_zip(const Find& find) {
    schema::Result<ZipArchive> zip = ZipArchive::open(find.bytes, budget_.entries);
    if (!zip) return refuse(find.name, tl::unexpected(zip.error()));
    for (std::size_t i = 0; i < zip->entries().size(); ++i) {
      const ZipEntry& entry = zip->entries()[i];
      if (budget_.entries == 0) {
        refuse(find.name, too_large("too_many_entries", fmt::format("more than {} entries", limits_.archive_entries)));
        return Next::stop;
      }
      --budget_.entries;
      if (is_clutter(entry)) continue;
      if (exhausted_) return Next::stop;
      const std::string entry_name = joined(find.name, entry.name);
      if (Status allowed = check(entry); !allowed) {
        refuse(entry_name, tl::unexpected(allowed.error()));
        continue;
      }
      std::string content;
      content.reserve(likely_bytes(entry.compressed_bytes, entry.declared_bytes));
      const auto take = [&](std::string_view block) -> Status {
        content += block;
        return charge(block.size(), content.size(), entry.compressed_bytes);
      };
      if (Status read = zip->read(i, take); !read) {
        refuse(entry_name, tl::unexpected(read.error()));
        continue;
      }
      if (open({content, entry_name, find.layers + 1, &content}) == Next::stop) break;
    }
    return exhausted_ ? Next::stop : Next::go_on;
  }

  // Room for most reports at once: to grow would copy them again and again.
  static std::size_t likely_bytes(std::uint64_t compressed, std::size_t most) {
    constexpr std::uint64_t usual_ratio = 32;
    return static_cast<std::size_t>(std::min<std::uint64_t>(compressed * usual_ratio, most));
  }

  Status check(const ZipEntry& entry) const {
    if (entry.encrypted) return malformed("encrypted", "an entry of the zip archive is protected by a password");
    if (!entry.supported) {
      return malformed("unsupported_compression",
                       "an entry of the zip archive is compressed by another method than deflate");
    }
    if (entry.declared_bytes > limits_.document_bytes) {
      return too_large("declared_size", fmt::format("a zip entry announces {} bytes, {} are allowed",
                                                    entry.declared_bytes, limits_.document_bytes));
    }
    return {};
  }

  // `block` more bytes came out of a layer that has given `produced` for `consumed` bytes of its input.
  Status charge(std::size_t block, std::size_t produced, std::uint64_t consumed) {
    if (produced > limits_.ratio_free_bytes && produced - limits_.ratio_free_bytes > limits_.ratio * consumed) {
      return too_large("ratio", fmt::format("unpacks to more than {} times its size", limits_.ratio));
    }
    attachment_bytes_ += block;
    if (produced > limits_.document_bytes) return over(limits_.document_bytes);
    if (attachment_bytes_ > limits_.decompressed_bytes) return exhausted(limits_.decompressed_bytes);
    if (block > budget_.decompressed_bytes) return exhausted(limits_.decompressed_mail_bytes);
    budget_.decompressed_bytes -= block;
    return {};
  }

  static tl::unexpected<Error> over(std::size_t limit) {
    return too_large("decompressed_size", fmt::format("unpacks to more than {} bytes", limit));
  }

  // What this attachment, or this mail, may cost is spent: its further entries would only say so again.
  tl::unexpected<Error> exhausted(std::size_t limit) {
    exhausted_ = true;
    return over(limit);
  }

  Next keep(const Find& find) {
    if (budget_.documents == 0) {
      exhausted_ = true;
      refuse(find.name, too_large("too_many_reports", fmt::format("more than {} documents", limits_.reports)));
      return Next::stop;
    }
    --budget_.documents;
    // What hardly shrank when it was packed would hold many times its size, and an archive has many.
    if (find.owner && find.owner->capacity() / 2 > find.owner->size()) find.owner->shrink_to_fit();
    documents_.push_back({find.name, find.owner ? std::move(*find.owner) : std::string(find.bytes), find.trailing});
    return Next::go_on;
  }

  Next refuse(const std::string& name, tl::unexpected<Error> error) {
    documents_.push_back({name, std::move(error), false});
    return Next::go_on;
  }

  std::string joined(const std::string& outer, std::string_view inner) const {
    const std::string name = outer.empty() ? std::string(inner) : outer + "/" + std::string(inner);
    return display_text(name, limits_.archive_name_bytes);
  }

  const Limits& limits_;
  Budget& budget_;
  std::size_t attachment_bytes_ = 0;
  bool exhausted_ = false;
  std::vector<Document> documents_;
};

}  // namespace

std::vector<Document> unpack(std::string_view bytes, const Limits& limits, Budget& budget) {
  return Unpacking(limits, budget).run(bytes);
}

}  // namespace ingest
