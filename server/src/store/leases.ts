import type { Fence } from './store.ts';

/** Something that exactly one instance at a time may do. Its calls never overlap. */
export interface Candidate {
  /**
   * This instance holds the lease now. Whoever held it before may still be writing: what it left is complete only once
   * something has been appended with the new fence.
   * @param fence to be named in each batch that is written under it; undefined where there is only one instance
   */
  lead(fence: Fence | undefined): Promise<void>;
  /** It holds it no longer, or is about to give it up. Resolves when nothing is under way under it any more. */
  follow(): Promise<void>;
}

/** Who may do what only one instance at a time may do. */
export interface Leases {
  /**
   * Stands for a lease from now on: whenever nobody holds it, it may become this instance's, and its again after it was
   * lost. What a candidate throws is a defect.
   * @param name `[A-Za-z0-9._:-]`
   * @returns resolves when the candidate leads, if it is the first, or when it is known that another instance does
   */
  stand(name: string, candidate: Candidate): Promise<void>;
  /** The instance that holds each lease this instance stands for, as far as it knows. */
  holders(): ReadonlyMap<string, string>;
  /** Whether any instance holds a lease now, whoever stands for it here. @throws StoreError while nobody can tell */
  isHeld(name: string): Promise<boolean>;
  /**
   * Gives up leases in good order, so that another instance need not wait for them to run out, and stands for them no more.
   * @param names all of them if absent
   */
  release(names?: readonly string[]): Promise<void>;
}
