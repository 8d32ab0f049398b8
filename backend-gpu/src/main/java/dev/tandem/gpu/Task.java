package dev.tandem.gpu;

/** One step of a program on the device. */
sealed interface Task {

  /** Stands for the inbox among a kernel's arrays: it is a parameter of its own. */
  int INBOX = -1;

  /** Likewise the outbox. */
  int OUTBOX = -2;

  /** For messages: kind and number. */
  String name();

  /** For each array that it is given, its number among the arrays of the plan. */
  int[] arrays();

  /** Everything it is given, arrays included. */
  int arguments();

  /**
   * One launch of a generated kernel.
   *
   * @param code the kernel
   * @param layout the kernel's numbers; see {@link Layout}
   * @param grid how many threads
   */
  record Launch(String name, KernelClass code, int[] layout, int[] arrays, Grid grid)
      implements Task {

    @Override
    public int arguments() {
      return KernelCode.FIRST_ARRAY + arrays.length;
    }
  }

  /**
   * One matmul by NVIDIA's library, without an epilogue.
   *
   * @param arrays right matrix, left matrix, product: each has an array for itself
   */
  record Product(String name, CublasCall call, MatmulLibrary library, int[] arrays)
      implements Task {

    @Override
    public int arguments() {
      return CublasMatmul.ARGUMENTS;
    }
  }
}
