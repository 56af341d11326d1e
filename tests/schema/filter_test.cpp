#include "schema/filter.h"

#include "schema/report.h"
#include "schema/verdict.h"
#include "tests/support/catch.h"

using schema::Condition;
using schema::DomainPattern;
using schema::Filter;
using schema::FilterKey;
using schema::FilterValue;
using schema::IpRange;
using schema::NotSaid;
using schema::Parameters;

namespace {

Filter good(const Parameters& parameters) {
  auto parsed = schema::parse_filter(parameters);
  for (const auto& error : parsed.errors) FAIL(error.detail);
  return parsed.filter;
}

// The one mistake in it.
schema::ParameterError mistake(const Parameters& parameters) {
  const auto parsed = schema::parse_filter(parameters);
  REQUIRE(parsed.errors.size() == 1);
  return parsed.errors.front();
}

FilterValue value(std::string_view key, std::string_view text) {
  const auto filter = good({{std::string(key), std::string(text)}});
  REQUIRE(filter.conditions.size() == 1);
  REQUIRE(filter.conditions[0].any_of.size() == 1);
  return filter.conditions[0].any_of[0];
}

}  // namespace

TEST_CASE("a filter covers the last 30 days unless told otherwise") {
  CHECK(good({}).span == schema::Span::days_30);
  CHECK(good({{"range", "12m"}}).span == schema::Span::months_12);
  const auto dates = good({{"from", "2026-10-20"}, {"to", "2026-11-18"}});
  CHECK(dates.span == schema::Span::dates);
  CHECK(*dates.to - *dates.from == 29);
  CHECK(mistake({{"range", "10d"}}).detail == "'10d' is no range; expected 7d, 30d, 90d, 12m or all");
  CHECK(mistake({{"from", "18.11.2026"}}).parameter == "from");
  CHECK(mistake({{"from", "2026-11-19"}, {"to", "2026-11-18"}}).detail == "'from' is later than 'to'");
  CHECK(mistake({{"range", "7d"}, {"to", "2026-11-18"}}).parameter == "range");
  CHECK(mistake({{"range", "7d"}, {"range", "30d"}}).detail == "'range' is given twice");
}

TEST_CASE("values of one key gather, with NOT apart") {
  const auto filter = good({{"reporter", "a"}, {"spf", "!fail"}, {"reporter", "b"}, {"reporter", "!c"}});
  REQUIRE(filter.conditions.size() == 2);
  CHECK(filter.conditions[0].key == FilterKey::reporter);
  CHECK(filter.conditions[0].any_of.size() == 2);
  CHECK(filter.conditions[0].none_of.size() == 1);
  CHECK(filter.conditions[1].any_of.empty());
  CHECK(filter.conditions[1].none_of.size() == 1);
}

TEST_CASE("each key reads its own kind of value") {
  CHECK(value("domain", "Example.COM.") == FilterValue(DomainPattern{"example.com", false}));
  CHECK(value("domain", "*.example.com") == FilterValue(DomainPattern{"example.com", true}));
  CHECK(value("class", "fail_stopped") == FilterValue(std::int64_t{3}));
  CHECK(value("policy", "unknown") == FilterValue(static_cast<std::int64_t>(schema::Policy::unknown)));
  CHECK(value("policy", "sp=none;p=reject; pct=50") == FilterValue(std::string("p=reject; sp=none; pct=50")));
  CHECK(value("disposition", "pass") == FilterValue(static_cast<std::int64_t>(schema::Disposition::pass)));
  CHECK(value("envelope_from", "") == FilterValue(std::string()));
  CHECK(value("envelope_from", "<>") == FilterValue(std::string()));
  CHECK(value("envelope_from", "unknown") == FilterValue(NotSaid{}));
  CHECK(value("override", "none") == FilterValue(std::int64_t{0}));
  CHECK(value("override", "forwarded") == FilterValue(std::int64_t{1} << 1));
  CHECK(value("override", "forwarded+other") == FilterValue(std::int64_t{0b1000010}));
  CHECK(value("report", "17") == FilterValue(std::int64_t{17}));
  CHECK(value("ip", "unknown") == FilterValue(NotSaid{}));
  const auto range = std::get<IpRange>(value("ip", "192.0.2.77/24"));
  CHECK(range.first.to_string() == "192.0.2.0");
  CHECK(range.last.to_string() == "192.0.2.255");
}

TEST_CASE("a plus that was not encoded is still a plus in keys") {
  CHECK(value("combination", "dmarc spf dkim") == FilterValue(std::string("dmarc+spf+dkim")));
  CHECK(value("override", "forwarded other") == value("override", "forwarded+other"));
}

TEST_CASE("combinations that begin with an exclamation mark are values") {
  CHECK(value("combination", "!spf+dkim") == FilterValue(std::string("!spf+dkim")));
  CHECK(value("combination", "!spf") == FilterValue(std::string("!spf")));
  const auto no_spf_alone = good({{"combination", "!=spf"}});
  CHECK(no_spf_alone.conditions[0].none_of.at(0) == FilterValue(std::string("spf")));
  const auto not_failed = good({{"combination", "!!spf"}});
  CHECK(not_failed.conditions[0].none_of.at(0) == FilterValue(std::string("!spf")));
  CHECK(good({{"combination", "!dmarc+spf"}}).conditions[0].none_of.at(0) == FilterValue(std::string("dmarc+spf")));
}

TEST_CASE("a value that is none of its key is named") {
  const auto error = mistake({{"class", "fail"}});
  CHECK(error.parameter == "class");
  CHECK(error.code == "invalid_parameter");
  CHECK(error.detail ==
        "'fail' is no value of 'class'; expected pass_both, pass_one, fail_delivered, fail_stopped or unknown");
  for (const auto& [key, text] : Parameters{{"ip", "192.0.2.300"},
                                            {"ip", ""},
                                            {"report", "-1"},
                                            {"report", "1x"},
                                            {"dkim", "none"},
                                            {"country", "DE"},
                                            {"override", "forwarded+"},
                                            {"domain", ""},
                                            {"domain", "*."},
                                            {"q", ""}}) {
    INFO(key << "=" << text);
    CHECK(mistake({{key, text}}).parameter == key);
  }
}

TEST_CASE("an unknown parameter is named, with what was probably meant") {
  CHECK(mistake({{"form", "2026-11-18"}}).detail == "unknown parameter 'form'; did you mean 'from'?");
  CHECK(mistake({{"domian", "x"}}).detail == "unknown parameter 'domian'; did you mean 'domain'?");
  CHECK(mistake({{"colour", "x"}}).detail == "unknown parameter 'colour'");
  CHECK(mistake({{"colour", "x"}}).code == "unknown_parameter");
  CHECK(schema::parse_filter({{"limt", "1"}}, {"limit"}).errors.at(0).detail ==
        "unknown parameter 'limt'; did you mean 'limit'?");
  CHECK(mistake({{std::string(5000, 'x'), ""}}).detail.size() < 120);
}

TEST_CASE("all mistakes are told, and too many values are one") {
  CHECK(schema::parse_filter({{"a", "1"}, {"class", "x"}, {"range", "y"}}).errors.size() == 3);
  Parameters many;
  for (std::size_t i = 0; i <= schema::most_filter_values; ++i) many.emplace_back("reporter", std::to_string(i));
  CHECK(mistake(many).parameter == "reporter");
  many.pop_back();
  CHECK(schema::parse_filter(many).errors.empty());
}
