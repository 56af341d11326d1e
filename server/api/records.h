// The columns of a record, which reports show too.
#pragma once

#include <string>
#include <vector>

#include "schema/record_list.h"
#include "server/api/list.h"

namespace server {

// A record with the texts that it has in common with the others of its report.
struct RecordLine {
  const schema::FlatRecord* row = nullptr;
  std::string day, begin, end, policy_json, policy_words;
};

// Makes these texts once for each report: an export is millions of lines. For records one after the other.
class RecordLines {
 public:
  // Holds until the next.
  const RecordLine& line(const schema::FlatRecord& record);

 private:
  RecordLine line_;
  std::int64_t report_ = -1;
};

const std::vector<Column<RecordLine>>& record_columns();

}  // namespace server
