// What the tests of commands run them in: a directory of their own, and small reports.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/run_program.h"

namespace tests {

inline std::string report_xml(const std::string& id, int messages = 3) {
  return "<?xml version=\"1.0\"?><feedback><report_metadata><org_name>reporter.example</org_name>"
         "<email>dmarc@reporter.example</email><report_id>" +
         id +
         "</report_id><date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata>"
         "<policy_published><domain>example.com</domain><p>none</p></policy_published>"
         "<record><row><source_ip>192.0.2.1</source_ip><count>" +
         std::to_string(messages) +
         "</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></"
         "policy_evaluated></row>"
         "<identifiers><header_from>example.com</header_from></identifiers>"
         "<auth_results><spf><domain>example.com</domain><result>fail</result></spf></auth_results></record></"
         "feedback>";
}

struct World {
  TemporaryDirectory directory;
  std::string database = directory / "data/ruadar.db";

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(directory / name, std::ios::binary) << text;
    return directory / name;
  }
  Finished run(std::vector<std::string> arguments, const std::string& input = "/dev/null") const {
    return run_ruadar(arguments, {{"RUADAR_DATABASE_PATH", database}}, input);
  }
};

inline bool contains(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace tests
