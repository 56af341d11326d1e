// Rows gathered in parts, so that what belongs to them is read for many at once.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "schema/paging.h"
#include "schema/result.h"

namespace schema {

inline constexpr std::size_t batch_rows = 500;

template <typename Row>
class Batches {
 public:
  // `complete` gets the keys of the rows beside them; `sink` returns false to stop.
  Batches(std::function<Status(const std::vector<std::int64_t>&, std::vector<Row>&)> complete,
          const std::function<bool(const Row&)>& sink)
      : complete_(std::move(complete)), sink_(sink) {}

  // false: stop.
  bool add(std::int64_t key, Row row) {
    keys_.push_back(key);
    rows_.push_back(std::move(row));
    return rows_.size() < batch_rows || flush();
  }
  bool fail(Error error) {
    status_ = unexpected(std::move(error));
    return false;
  }
  // Hands on what is left; the first thing that went wrong is the answer.
  Result<Paged> finish(Result<Paged> paged) {
    if (paged && status_) flush();
    if (!status_) return unexpected(std::move(status_.error()));
    return paged;
  }

 private:
  bool flush() {
    if (stopped_ || rows_.empty()) return !stopped_;
    status_ = complete_(keys_, rows_);
    if (!status_) return false;
    for (const auto& row : rows_) {
      if (!sink_(row)) {
        stopped_ = true;
        return false;
      }
    }
    keys_.clear();
    rows_.clear();
    return true;
  }

  std::function<Status(const std::vector<std::int64_t>&, std::vector<Row>&)> complete_;
  const std::function<bool(const Row&)>& sink_;
  std::vector<std::int64_t> keys_;
  std::vector<Row> rows_;
  Status status_;
  bool stopped_ = false;
};

}  // namespace schema
