import { AppError } from '#domain/errors.ts'
export const x = AppError
