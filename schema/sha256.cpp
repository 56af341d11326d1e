#include "schema/sha256.h"

#include <openssl/evp.h>

#include <cassert>
#include <new>

namespace schema {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr || EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(context_);
}

void Sha256::update(std::string_view bytes) {
  [[maybe_unused]] const int updated = EVP_DigestUpdate(context_, bytes.data(), bytes.size());
  assert(updated == 1);
}

std::string Sha256::finish() {
  std::string digest(32, '\0');
  [[maybe_unused]] const int finished =
      EVP_DigestFinal_ex(context_, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  assert(finished == 1);
  EVP_DigestInit_ex(context_, nullptr, nullptr);  // the same algorithm, without looking it up again
  return digest;
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace schema
