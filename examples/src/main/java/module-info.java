/** The programs of the documentation. */
module dev.tandem.examples {
  requires static transitive org.jspecify;
  requires transitive dev.tandem.core;

  exports dev.tandem.examples;
}
