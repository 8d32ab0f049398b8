package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the engine's classes: what no run shows for certain, since it depends on the JIT. */
class SlicesTest {

  /** They slice memory once, before any kernel runs. */
  private static final Set<String> NO_LOOPS =
      Set.of("CpuBackend", "CpuBuffer", "CpuExecutable", "MemoryPool", "Priming", "Scratch");

  @Test
  void eachSliceInALoopIsOfMemoryThatTheJitKnows() throws IOException, URISyntaxException {
    Path classes =
        Path.of(OffHeap.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("dev/tandem/cpu");
    int slices = 0;
    List<String> unknown = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".class")).toList()) {
        if (NO_LOOPS.contains(file.getFileName().toString().split("[$.]")[0])) {
          continue;
        }
        ClassModel model = ClassFile.of().parse(file);
        for (MethodModel method : model.methods()) {
          long sliced = calls(method, "java/lang/foreign/MemorySegment", "asSlice");
          slices += (int) sliced;
          if (sliced != calls(method, "dev/tandem/cpu/OffHeap", "known")) {
            unknown.add(file.getFileName() + " " + method.methodName().stringValue());
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(slices).isGreaterThan(100);
  }

  private static long calls(MethodModel method, String owner, String name) {
    return method.code().stream()
        .flatMap(code -> code.elementStream())
        .filter(InvokeInstruction.class::isInstance)
        .map(InvokeInstruction.class::cast)
        .filter(call -> call.owner().asInternalName().equals(owner))
        .filter(call -> call.name().stringValue().equals(name))
        .count();
  }
}
