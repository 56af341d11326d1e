// Changes as the API and the feed show them.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "schema/changes.h"
#include "server/api/reading.h"

namespace server {

struct ChangeRow : schema::Change {
  std::string id;        // the same for as long as the same reports tell the same change
  std::string sentence;  // in English, with the numbers; what reporters wrote stands in it as they wrote it
  std::string evidence;  // below /api/v1: the rows behind it; below the base path, the page that shows them
};

struct ChangeAnswer {
  Reading reading;  // its selection has the days
  std::vector<ChangeRow> rows;
  std::array<std::int64_t, schema::change_code_count> found{};  // by code, those left off included
};

// Takes `since`, `domain` and `code` of the question, and ends it.
tl::expected<ChangeAnswer, Response> read_changes(const ApiContext& context, const Request& request,
                                                  Question& question);

}  // namespace server
