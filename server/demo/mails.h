// The mails that arrive in the made-up world: reports as reporters write them, and what else lies in such a mailbox.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace server::demo {

struct Mail {
  std::string name;  // which one it is; no other mail has it
  std::string bytes;
};

// What arrives about day `day` (0 to days - 1) where the last of them is `last`, in days since 1970: the reports about
// it, in the order of arrival, and now and then a report twice, a broken one, one that contradicts another, or no
// report.
std::vector<Mail> mails(std::int64_t last, int day);

}  // namespace server::demo
