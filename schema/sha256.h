// SHA-256. sha256.cpp is the one file here that sees OpenSSL.
#pragma once

#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace schema {

class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();

  void update(std::string_view bytes);
  std::string finish();  // 32 bytes; then it begins anew

 private:
  evp_md_ctx_st* context_;
};

// 32 bytes.
std::string sha256(std::string_view bytes);

// Two lower-case digits a byte.
std::string hexadecimal(std::string_view bytes);

}  // namespace schema
