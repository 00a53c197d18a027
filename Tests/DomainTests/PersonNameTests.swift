import Domain
import Testing

@Suite struct PersonNameTests {
  @Test(arguments: [
    ("Marsh^Anna", "MARSH, Anna"), ("Marsh^Anna^Maria^Dr.^jr.", "MARSH, Anna Maria"),
    ("Marsh", "MARSH"), ("^Anna", "Anna"), ("Marsh^^Maria", "MARSH, Maria"), ("", "?"),
    ("^^^^", "?"), (" Marsh ^ Anna ", "MARSH, Anna"), ("van der Berg^Jo", "VAN DER BERG, Jo"),
    ("Müller^Jörg", "MÜLLER, Jörg"), ("  ", "?"), ("Strauß^A", "STRAUSS, A"),
    ("Marsh  Lee^ Anna  Bo ^ Cy ^X", "MARSH  LEE, Anna  Bo Cy"), ("^ ^ ^Dr.", "?"), ("^^Cy", "Cy"),
    ("Marsh  Lee^ Anna  Bo ^ Cy ^X=", "MARSH  LEE, Anna  Bo Cy"),
    // The person's own script, where the name has one.
    ("Yamada^Tarou=山田^太郎=やまだ^たろう", "山田, 太郎"), ("Yamada^Tarou=", "YAMADA, Tarou"),
    ("Yamada^Tarou=^", "YAMADA, Tarou"), ("=山田^太郎", "山田, 太郎"), ("==やまだ", "?"),
  ])
  func display(_ value: String, _ text: String) { #expect(PersonName.display(value) == text) }
}
