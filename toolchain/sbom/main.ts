import { billOfMaterials } from './bom.ts'
import { projectLock, projectParts } from './parts.ts'

console.log(billOfMaterials(projectLock(), projectParts()))
