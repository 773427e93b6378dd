import type { FunctionError } from '../../core/provider';
import { type Frame, parseFrames } from '../../core/stack';

/** A line of a source file; both numbers count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** The place in the sources that a frame of the deployed code names, if it is one. */
export type Locate = (frame: Frame) => Place | undefined;

/** Where in the sources a function failed, innermost first; the message counts when the stack names no source file. */
export function failingPlaces(error: FunctionError, locate: Locate): readonly Place[] {
  const inStack = places(error.stack, locate);
  return inStack.length > 0 ? inStack : places([error.message], locate);
}

function places(lines: readonly string[], locate: Locate): readonly Place[] {
  return parseFrames(lines).flatMap((frame) => locate(frame) ?? []);
}
