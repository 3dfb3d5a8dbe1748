import { defineOptions, Type } from 'plinth/kernel';

/** Nothing yet that a default could not do; sizes and limits of stored messages are options of content. */
export const mailOptions = defineOptions('mail', Type.Object({}));
