// Reports in a store by one call, for tests of what is read.
#pragma once

#include <utility>

#include "schema/selection.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

namespace tests {

inline void add_report(Store& store, schema::Report report) {
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().reports().add(schema::PreparedReport(std::move(report)), store.provenance()));
  REQUIRE(store.writer().commit());
}

// Of so many days after the day of make_report().
inline schema::Report report_of(int day, const std::string& org_name = "Receiver",
                                const std::string& domain = "example.com") {
  auto report = make_report("of day " + std::to_string(day), domain);
  report.metadata.org_name = org_name;
  report.metadata.begin += std::int64_t{86400} * day;
  report.metadata.end += std::int64_t{86400} * day;
  return report;
}

// All days of the store.
inline schema::Selection everything(Store& store) {
  schema::Filter filter;
  filter.span = schema::Span::all;
  return schema::select(store.database(), filter, schema::freshness(store.database()).value()).value();
}

}  // namespace tests
