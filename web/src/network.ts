// Addresses as text.

/** The network that an address usually stands for: /24, or /64 of IPv6. */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip.replace(/\.\d+$/, ".0/24");
  const [head = "", tail] = ip.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const last = tail === "" ? [] : tail.split(":");
    while (groups.length + last.length < 8) groups.push("0");
    groups.push(...last);
  }
  return groups.slice(0, 4).join(":") + "::/64";
}
