/** The batch training job: a command line over the library. */
module dev.tandem.train {
  requires static transitive org.jspecify;
  requires dev.tandem.core;
}
