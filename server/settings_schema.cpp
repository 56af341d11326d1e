// The settings tables as a JSON Schema.
#include <algorithm>
#include <array>
#include <charconv>

#include "server/json.h"
#include "server/mailbox_settings_table.h"
#include "server/settings.h"

namespace server {
namespace {

// What a kind of value is in TOML; sizes may be plain numbers too.
struct KindSchema {
  std::string_view kind, schema;
};
constexpr std::string_view texts = R"("type":"array","items":{"type":"string"})";
constexpr std::array<KindSchema, 6> kinds{
    {{"text", R"("type":"string")"},
     {"true or false", R"("type":"boolean")"},
     {"list", texts},
     {"size", R"("type":["string","integer"],"minimum":1,"pattern":"^[0-9]+ *([KMG]iB|[kKMG]B|B|bytes)?$")"},
     {"number", R"("type":"integer","minimum":0)"},
     {"text or list", R"("type":["string","array"],"items":{"type":"string"})"}}};

void write_setting(std::string& out, std::string_view key, std::string_view kind, std::string_view meaning,
                   const std::vector<std::string_view>& words, std::string_view shown) {
  append_json_string(out, key);
  out += ":{";
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const KindSchema& known) { return known.kind == kind; });
  if (found != kinds.end()) out += std::string(found->schema) + ",";
  out += "\"description\":";
  append_json_string(out, meaning);
  if (!words.empty()) {
    out += ",\"enum\":[";
    for (const auto& word : words) {
      if (out.back() != '[') out += ',';
      append_json_string(out, word);
    }
    out += ']';
  }
  // A value as TOML is JSON, too: texts, numbers, truths and lists of texts.
  if (!shown.empty()) out += ",\"default\":" + std::string(shown);
  out += "},";
}

// Without the comma behind the last member.
void close(std::string& out, std::string_view end) {
  if (out.back() == ',') out.pop_back();
  out += end;
}

}  // namespace

std::string config_schema() {
  std::string out = R"({"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Settings of Ruadar",)"
                    R"("type":"object","additionalProperties":false,"properties":{)";
  const Settings defaults;
  std::string_view section;
  for (const Setting& setting : settings_table()) {
    if (setting.section != section) {
      if (!section.empty()) close(out, "}},");
      append_json_string(out, section = setting.section);
      out += R"(:{"type":"object","additionalProperties":false,"properties":{)";
    }
    const bool varies = setting.name() == "database.path";
    write_setting(out, setting.key, setting.kind, setting.meaning, {}, varies ? "" : setting.show(defaults));
  }
  close(out, "}},");
  out += R"("mailbox":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{)";
  const ConfiguredMailbox mailbox;
  for (const MailboxSetting& setting : mailbox_settings_table())
    write_setting(out, setting.key, setting.kind, setting.meaning, setting.words,
                  setting.secret ? "" : setting.show(mailbox));
  close(out, "}}}}}\n");
  return out;
}

}  // namespace server
