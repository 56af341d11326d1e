// Passwords and secrets. libsodium stays in password.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace server {

inline constexpr std::size_t least_password_bytes = 10;
inline constexpr std::size_t most_password_bytes = 1024;

// Why it cannot be a password; empty: it can.
std::string password_problem(std::string_view password);

// Argon2id with 64 MiB and two passes, a tenth of a second; as text with its salt. One at a time in this process,
// which bounds the memory that logins take. Empty: there is not so much memory.
std::string hash_password(std::string_view password);

// Takes as long for a hash that is none, so that time does not tell which users there are.
bool password_matches(std::string_view password, std::string_view hash);

// So many random bytes, as hexadecimal digits.
std::string random_hex(std::size_t bytes);

// Compares in a time that does not depend on where they differ.
bool same_secret(std::string_view one, std::string_view other);

}  // namespace server
