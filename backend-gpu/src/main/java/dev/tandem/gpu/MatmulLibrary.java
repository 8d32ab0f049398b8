package dev.tandem.gpu;

/** Who multiplies matrices. */
enum MatmulLibrary {
  /** Nobody but this engine: {@link MatmulKernel}. */
  NONE,
  /** NVIDIA's cuBLAS, with all bits of float32: {@link CublasMatmul}. */
  CUBLAS,
  /** cuBLAS on tensor cores, which look at the first 10 bits of each factor's fraction only. */
  CUBLAS_TF32
}
