import {
  QUESTION_END,
  QUESTION_EVERY,
  QUESTION_FILE,
  QUESTION_LEADS,
  QUESTION_WRONG,
} from '../../blocks/question/offers.ts';
import type { ListenerTable } from '../types.ts';
import { suggestPrompts } from './prompts.ts';
import { askAgain, notThis, openLeads, sendFile, stopAsking } from './question-buttons.ts';

/** Answers to questions in words. */
export const questionListeners: ListenerTable = {
  buttons: {
    [QUESTION_LEADS]: openLeads,
    [QUESTION_FILE]: sendFile,
    [QUESTION_WRONG]: notThis,
    [QUESTION_END]: stopAsking,
  },
  changes: { [QUESTION_EVERY]: askAgain },
  events: { app_home_opened: suggestPrompts },
};
