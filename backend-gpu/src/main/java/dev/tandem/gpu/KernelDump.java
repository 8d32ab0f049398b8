package dev.tandem.gpu;

import java.lang.classfile.ClassFile;

/**
 * Prints generated classes for people, when the property {@value #PROPERTY} is {@code true}. What
 * TornadoVM makes of them on the device is printed by {@code -Dtornado.printKernel=true}.
 */
final class KernelDump {

  private static final String PROPERTY = "tandem.gpu.dump";

  private KernelDump() {}

  static void dump(byte[] bytes) {
    if (Boolean.getBoolean(PROPERTY)) {
      System.err.println(ClassFile.of().parse(bytes).toDebugString());
    }
  }
}
