// From a mail to the report in it, with bare libraries.
#pragma once

#include <memory>
#include <vector>

#include "tests/bench/floor/report.h"

namespace yardstick {

std::vector<Text> mails_of(Text mbox);

class MailReader {
 public:
  MailReader();
  ~MailReader();
  // None where there is no report.
  std::unique_ptr<Report> read(Text mail);

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace yardstick
