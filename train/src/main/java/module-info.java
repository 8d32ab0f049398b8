/** The batch training job: a command line over the library. */
module dev.tandem.train {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.jr.ob;
  requires de.siegmar.fastcsv;
  requires dev.tandem.core;
  requires dev.tandem.examples;
  requires info.picocli;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires xchart; // its jar names no module, so that Java derives the name from the file's

  // picocli reads the annotations of the commands
  opens dev.tandem.train to
      info.picocli;
}
