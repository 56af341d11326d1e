#include "ingest/html_entities.h"

#include <algorithm>
#include <array>

namespace ingest {
namespace {

struct Entity {
  std::string_view name, character;
};

// In the order of the names, for a binary search.
constexpr auto entities = std::to_array<Entity>({
    // clang-format off
    {"AElig", "\xC3\x86"}, {"Aacute", "\xC3\x81"}, {"Acirc", "\xC3\x82"}, {"Agrave", "\xC3\x80"},
    {"Aring", "\xC3\x85"}, {"Atilde", "\xC3\x83"}, {"Auml", "\xC3\x84"}, {"Ccedil", "\xC3\x87"}, {"ETH", "\xC3\x90"},
    {"Eacute", "\xC3\x89"}, {"Ecirc", "\xC3\x8A"}, {"Egrave", "\xC3\x88"}, {"Euml", "\xC3\x8B"},
    {"Iacute", "\xC3\x8D"}, {"Icirc", "\xC3\x8E"}, {"Igrave", "\xC3\x8C"}, {"Iuml", "\xC3\x8F"},
    {"Ntilde", "\xC3\x91"}, {"OElig", "\xC5\x92"}, {"Oacute", "\xC3\x93"}, {"Ocirc", "\xC3\x94"},
    {"Ograve", "\xC3\x92"}, {"Oslash", "\xC3\x98"}, {"Otilde", "\xC3\x95"}, {"Ouml", "\xC3\x96"},
    {"Scaron", "\xC5\xA0"}, {"THORN", "\xC3\x9E"}, {"Uacute", "\xC3\x9A"}, {"Ucirc", "\xC3\x9B"},
    {"Ugrave", "\xC3\x99"}, {"Uuml", "\xC3\x9C"}, {"Yacute", "\xC3\x9D"}, {"Yuml", "\xC5\xB8"},
    {"aacute", "\xC3\xA1"}, {"acirc", "\xC3\xA2"}, {"acute", "\xC2\xB4"}, {"aelig", "\xC3\xA6"},
    {"agrave", "\xC3\xA0"}, {"aring", "\xC3\xA5"}, {"atilde", "\xC3\xA3"}, {"auml", "\xC3\xA4"},
    {"bdquo", "\xE2\x80\x9E"}, {"brvbar", "\xC2\xA6"}, {"bull", "\xE2\x80\xA2"}, {"ccedil", "\xC3\xA7"},
    {"cedil", "\xC2\xB8"}, {"cent", "\xC2\xA2"}, {"copy", "\xC2\xA9"}, {"curren", "\xC2\xA4"}, {"deg", "\xC2\xB0"},
    {"divide", "\xC3\xB7"}, {"eacute", "\xC3\xA9"}, {"ecirc", "\xC3\xAA"}, {"egrave", "\xC3\xA8"},
    {"eth", "\xC3\xB0"}, {"euml", "\xC3\xAB"}, {"euro", "\xE2\x82\xAC"}, {"frac12", "\xC2\xBD"},
    {"frac14", "\xC2\xBC"}, {"frac34", "\xC2\xBE"}, {"hellip", "\xE2\x80\xA6"}, {"iacute", "\xC3\xAD"},
    {"icirc", "\xC3\xAE"}, {"iexcl", "\xC2\xA1"}, {"igrave", "\xC3\xAC"}, {"iquest", "\xC2\xBF"},
    {"iuml", "\xC3\xAF"}, {"laquo", "\xC2\xAB"}, {"ldquo", "\xE2\x80\x9C"}, {"lsquo", "\xE2\x80\x98"},
    {"macr", "\xC2\xAF"}, {"mdash", "\xE2\x80\x94"}, {"micro", "\xC2\xB5"}, {"middot", "\xC2\xB7"},
    {"nbsp", "\xC2\xA0"}, {"ndash", "\xE2\x80\x93"}, {"not", "\xC2\xAC"}, {"ntilde", "\xC3\xB1"},
    {"oacute", "\xC3\xB3"}, {"ocirc", "\xC3\xB4"}, {"oelig", "\xC5\x93"}, {"ograve", "\xC3\xB2"},
    {"ordf", "\xC2\xAA"}, {"ordm", "\xC2\xBA"}, {"oslash", "\xC3\xB8"}, {"otilde", "\xC3\xB5"}, {"ouml", "\xC3\xB6"},
    {"para", "\xC2\xB6"}, {"plusmn", "\xC2\xB1"}, {"pound", "\xC2\xA3"}, {"raquo", "\xC2\xBB"},
    {"rdquo", "\xE2\x80\x9D"}, {"reg", "\xC2\xAE"}, {"rsquo", "\xE2\x80\x99"}, {"sbquo", "\xE2\x80\x9A"},
    {"scaron", "\xC5\xA1"}, {"sect", "\xC2\xA7"}, {"shy", "\xC2\xAD"}, {"sup1", "\xC2\xB9"}, {"sup2", "\xC2\xB2"},
    {"sup3", "\xC2\xB3"}, {"szlig", "\xC3\x9F"}, {"thorn", "\xC3\xBE"}, {"times", "\xC3\x97"},
    {"trade", "\xE2\x84\xA2"}, {"uacute", "\xC3\xBA"}, {"ucirc", "\xC3\xBB"}, {"ugrave", "\xC3\xB9"},
    {"uml", "\xC2\xA8"}, {"uuml", "\xC3\xBC"}, {"yacute", "\xC3\xBD"}, {"yen", "\xC2\xA5"}, {"yuml", "\xC3\xBF"},
    // clang-format on
});

}  // namespace

std::string_view html_entity(std::string_view name) {
  const auto found =
      std::lower_bound(entities.begin(), entities.end(), name,
                       [](const Entity& entity, std::string_view wanted) { return entity.name < wanted; });
  return found != entities.end() && found->name == name ? found->character : std::string_view();
}

}  // namespace ingest
