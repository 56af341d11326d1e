// What a monitoring system gets at /metrics: the table of what there is, the text format of Prometheus (0.0.4), and
// what this process counts by itself.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

struct MetricFamily {
  std::string_view name;    // "ruadar_http_requests_total"
  std::string_view type;    // counter, gauge, histogram
  std::string_view labels;  // "route, method, code"
  std::string_view help;    // one sentence
};
const std::vector<MetricFamily>& metric_families();

// Writes families one after another, each with its HELP and TYPE.
class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Begins a family of the table.
  void family(std::string_view name);
  void sample(Labels labels, double value) { line("", labels, value); }
  // Of a histogram: `counts` by upper bound, the last one without.
  void histogram(Labels labels, const std::vector<double>& bounds, const std::vector<std::uint64_t>& counts,
                 double sum);

  std::string take() { return std::move(text_); }

 private:
  void line(std::string_view suffix, Labels labels, double value, std::string_view bound = {});

  std::string text_;
  std::string_view name_;
};

// Counts since the program was started. By several threads at once.
class Metrics {
 public:
  // route: a pattern of the API, or a word for what is none. method: as it came.
  void request(std::string_view route, std::string_view method, int status, double seconds);
  // One that was refused before it was understood: route "refused".
  void refused(int status);
  // mailbox: the name of one, or upload, lmtp. outcome: of an attachment.
  void ingested(std::string_view mailbox, std::string_view outcome);
  // stage: fetch, read, store, commit.
  void stage(std::string_view stage, double seconds);

  // How many threads are at a request; set before anybody asks.
  std::function<std::size_t()> threads_busy;

  void write(MetricsText& text) const;

 private:
  struct Histogram {
    std::vector<std::uint64_t> counts;
    double sum = 0;
    void add(const std::vector<double>& bounds, double seconds);
  };

  mutable std::mutex mutex_;
  std::map<std::array<std::string, 3>, std::uint64_t> requests_;
  std::map<std::string, Histogram, std::less<>> request_times_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> ingested_;
  std::map<std::string, Histogram, std::less<>> stages_;
};

}  // namespace server
