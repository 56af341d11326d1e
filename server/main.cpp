// The program: hands over to the subcommand.
int main() {
  return 2;
}
