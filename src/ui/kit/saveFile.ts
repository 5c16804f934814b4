/** Gives a file to the reader, as a download. */
export function saveFile(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then; the address held its bytes in memory.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
