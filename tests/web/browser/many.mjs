// A report of many sources, for pages that must stay light however much they tell of.

/** One aggregate report of `sources` addresses, with messages from 1 up; begins at `begin`, in seconds. */
export function reportOfMany(sources, begin = 1_790_000_000) {
  const record = (n) => `<record><row><source_ip>198.18.${n >> 8}.${n & 255}</source_ip><count>${n + 1}</count>
<policy_evaluated><disposition>none</disposition><dkim>${n % 3 ? "pass" : "fail"}</dkim><spf>${n % 2 ? "pass" : "fail"}</spf></policy_evaluated></row>
<identifiers><header_from>example.com</header_from></identifiers>
<auth_results><spf><domain>host${n}.example.net</domain><result>pass</result></spf></auth_results></record>`;
  return `<?xml version="1.0"?><feedback><report_metadata><org_name>many.example</org_name><email>dmarc@many.example</email>
<report_id>many-${sources}</report_id><date_range><begin>${begin}</begin><end>${begin + 86_399}</end></date_range></report_metadata>
<policy_published><domain>example.com</domain><p>none</p></policy_published>
${Array.from({ length: sources }, (_, n) => record(n)).join("\n")}</feedback>`;
}
