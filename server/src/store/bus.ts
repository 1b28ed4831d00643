/** Carries texts between the instances: fast, at most once, and in no order. Whoever hears one trusts it to be another instance. */
export interface Bus {
  /** To all others, not to this instance. What cannot be sent now is dropped and counted; it never throws. */
  publish(channel: string, text: string): void;
  /** @returns a function that ends the listening */
  onMessage(listener: (channel: string, text: string) => void): () => void;
}
