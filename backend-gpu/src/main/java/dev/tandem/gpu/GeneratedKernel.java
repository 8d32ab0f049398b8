package dev.tandem.gpu;

/**
 * Lends its name to every generated kernel: TornadoVM looks for a class file of that name in the
 * class path, for annotations, and is content with this empty one.
 */
final class GeneratedKernel {
  private GeneratedKernel() {}
}
