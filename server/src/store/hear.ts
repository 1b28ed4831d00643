/** What a listener throws is a defect, and ends the process as one; whoever comes after it hears all the same. */
export function hear(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
