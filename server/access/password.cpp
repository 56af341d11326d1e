#include "server/access/password.h"

#include <sodium.h>

#include <array>
#include <cstdlib>
#include <mutex>

#include "schema/sha256.h"

namespace server {
namespace {

std::mutex one_at_a_time;

bool ready() {
  static const bool works = sodium_init() >= 0;
  return works;
}

// Nobody's.
const std::string& decoy() {
  static const std::string hash = hash_password(random_hex(16));
  return hash;
}

}  // namespace

std::string password_problem(std::string_view password) {
  if (password.size() < least_password_bytes) return "A password has at least 10 characters.";
  if (password.size() > most_password_bytes) return "A password has at most 1024 bytes.";
  return {};
}

std::string hash_password(std::string_view password) {
  if (!ready()) return {};
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const std::lock_guard lock(one_at_a_time);
  const int failed =
      crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);
  return failed != 0 ? std::string() : std::string(hash.data());
}

bool password_matches(std::string_view password, std::string_view hash) {
  if (!ready() || password.size() > most_password_bytes) return false;
  const bool real = !hash.empty();
  const std::string stored(real ? hash : std::string_view(decoy()));
  const std::lock_guard lock(one_at_a_time);
  return crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0 && real;
}

std::string random_hex(std::size_t bytes) {
  if (!ready()) std::abort();  // a machine without randomness must not hand out secrets
  std::string random(bytes, '\0');
  randombytes_buf(random.data(), random.size());
  return schema::hexadecimal(random);
}

bool same_secret(std::string_view one, std::string_view other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace server
