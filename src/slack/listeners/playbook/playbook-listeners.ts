import { CHECK_NOW, CHOOSE_PAGE, pageAction, SETUP_PAGES, type SetupPage } from '../../blocks/home/admin.ts';
import { FORGET_KEPT, REPLAY, REPLAY_ALL, SET_UP_CRM } from '../../blocks/home/admin-health.ts';
import { EXPORT, MENUS } from '../../blocks/home/admin-playbook.ts';
import { MOVE_RECORDS } from '../../blocks/home/connections.ts';
import { answerForm, removeAnswerForm } from '../../blocks/playbook/answers.ts';
import { CARD_FACT, cardForm } from '../../blocks/playbook/card-facts.ts';
import { ADD_CONDITION, CONDITION_FACT, CONDITION_FORM, CONDITION_MENU } from '../../blocks/playbook/conditions.ts';
import { firstAnswerForm } from '../../blocks/playbook/first-answer.ts';
import type { Form } from '../../blocks/playbook/form.ts';
import { ADD_STEP, ladderForm } from '../../blocks/playbook/ladders.ts';
import { PREVIEW_MAIL, SEND_TEST_MAIL } from '../../blocks/playbook/mail-preview.ts';
import { nurtureForm } from '../../blocks/playbook/nurture.ts';
import { personForm, removePersonForm } from '../../blocks/playbook/people.ts';
import { removeRuleForm, ruleForm } from '../../blocks/playbook/rules.ts';
import { SAMPLE } from '../../blocks/playbook/sample.ts';
import {
  fallbackForm,
  fitForm,
  followUpForm,
  notifyForm,
  promisesForm,
  thresholdForm,
} from '../../blocks/playbook/sections.ts';
import { membersForm, removeTeamForm, teamForm } from '../../blocks/playbook/teams.ts';
import { removeTemplateForm, templateForm } from '../../blocks/playbook/templates.ts';
import { APPROVE, IMPORT, RESTORE } from '../../blocks/playbook/versions.ts';
import type { ListenerTable } from '../types.ts';
import { addCondition, changeFact, conditionMenu, submitCondition } from './conditions.ts';
import { askRestore, entryMenuOf, moveEntry, viewChanges } from './entries.ts';
import { addStep, chooseCardFact, openForm, submitForm } from './forms.ts';
import { previewMail, sendTestMail } from './mail-preview.ts';
import { openSample, submitSample } from './sample.ts';
import {
  checkNow,
  choosePage,
  choosePageOfAll,
  exportPlaybook,
  forgetKept,
  moveRecords,
  replay,
  setUpCrm,
} from './setup.ts';
import { approveImport, openImport, submitImport, submitRestore } from './versions.ts';

/** Opened by a button; those that add an entry open empty. */
const BUTTONS: Form[] = [
  thresholdForm,
  fitForm,
  ladderForm,
  promisesForm,
  notifyForm,
  cardForm,
  followUpForm,
  firstAnswerForm,
  answerForm,
  nurtureForm,
  fallbackForm,
  personForm,
  teamForm,
  ruleForm,
  templateForm,
];
/** Opened from an entry's menu only. */
const FROM_MENUS: Form[] = [
  removePersonForm,
  membersForm,
  removeTeamForm,
  removeRuleForm,
  removeTemplateForm,
  removeAnswerForm,
];

const pages = Object.keys(SETUP_PAGES) as SetupPage[];

/** What admins do on the Home tab: set-up, health, and the playbook. */
export const playbookListeners: ListenerTable = {
  buttons: {
    ...Object.fromEntries(pages.map(page => [pageAction(page), choosePage(page)])),
    ...Object.fromEntries(BUTTONS.map(form => [form.id, openForm(form)])),
    [CHECK_NOW]: checkNow,
    [FORGET_KEPT]: forgetKept,
    [MOVE_RECORDS]: moveRecords,
    [SET_UP_CRM]: setUpCrm,
    [REPLAY]: replay,
    [REPLAY_ALL]: replay,
    [EXPORT]: exportPlaybook,
    [IMPORT]: openImport,
    [SAMPLE]: openSample,
    [ADD_STEP]: addStep,
    [PREVIEW_MAIL]: previewMail,
    [SEND_TEST_MAIL]: sendTestMail,
    [ADD_CONDITION]: addCondition,
  },
  changes: { [CARD_FACT]: chooseCardFact, [CONDITION_FACT]: changeFact, [CHOOSE_PAGE]: choosePageOfAll },
  menus: {
    [CONDITION_MENU]: conditionMenu,
    [MENUS.people]: entryMenuOf({ edit: personForm, remove: removePersonForm }),
    [MENUS.teams]: entryMenuOf({ edit: teamForm, weights: membersForm, remove: removeTeamForm }),
    [MENUS.rules]: entryMenuOf({
      edit: ruleForm,
      up: moveEntry('move_rule', -1),
      down: moveEntry('move_rule', 1),
      remove: removeRuleForm,
    }),
    [MENUS.templates]: entryMenuOf({ edit: templateForm, remove: removeTemplateForm }),
    [MENUS.answers]: entryMenuOf({
      edit: answerForm,
      up: moveEntry('move_answer', -1),
      down: moveEntry('move_answer', 1),
      remove: removeAnswerForm,
    }),
    [MENUS.versions]: entryMenuOf({ view: viewChanges, restore: askRestore }),
  },
  submissions: {
    ...Object.fromEntries([...BUTTONS, ...FROM_MENUS].map(form => [form.id, submitForm(form)])),
    [RESTORE]: submitRestore,
    [IMPORT]: submitImport,
    [APPROVE]: approveImport,
    [SAMPLE]: submitSample,
    [CONDITION_FORM]: submitCondition,
  },
};
