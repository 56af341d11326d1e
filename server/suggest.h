// "Did you mean": the word of a list that a mistyped one was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace server {

// Empty where nothing is close: at most a third of the letters wrong, missing, too many or swapped.
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

// "; did you mean 'listen'?", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace server
