import { R2Store } from '#storage/r2.ts'
export const x = R2Store
